export { githubAnnotations, MAX_ANNOTATIONS } from './github.ts';
export { jsonReport, keptModel } from './json.ts';
export { junitReport } from './junit.ts';
export { COMMENT_LIMIT, COMMENT_MARKER, markdownReport, SUMMARY_LIMIT } from './markdown.ts';
export { sarifReport } from './sarif.ts';
