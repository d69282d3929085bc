export { contextJson, GOLDENS_FOLDER, goldenFolder, goldenPrefix, slug } from './call-golden.ts';
export type { Cause, CauseKind } from './causes.ts';
export type { CheckResult, FailureSubject, PromptLimits } from './checks.ts';
export { checkFailure, checkText, checkWithin } from './checks.ts';
export type { ChangeClass } from './classes.ts';
export { CHANGE_CLASSES, classesOf, classOf } from './classes.ts';
export type { RenderedBytes } from './compare.ts';
export { compare } from './compare.ts';
export type { CompareOptions, Tolerance } from './compare-options.ts';
export { toleranceOf } from './compare-options.ts';
export type * from './detail.ts';
export { diskFiles } from './disk.ts';
export type { EvaluateOptions } from './evaluate.ts';
export { evaluate } from './evaluate.ts';
export { Exemplars } from './exemplars.ts';
export type { Expected, Golden } from './golden.ts';
export { makeDetail } from './make-detail.ts';
export type { MaybePromise } from './maybe.ts';
export { attempt, chain, isPromise, mapMaybe } from './maybe.ts';
export type { ObsoleteGolden } from './obsolete.ts';
export { findObsolete } from './obsolete.ts';
export type { RecordedPlace, VerdictRecord } from './record.ts';
export { summarize } from './record.ts';
export { isRenderError, renderReceived } from './render.ts';
export type { SourceMode } from './source.ts';
export { SourceGoneError } from './source.ts';
export type { PomlModule, PromptCall, PromptText, Received } from './subject.ts';
export {
  isCall,
  isPomlModule,
  isRendered,
  isTrace,
  promptName,
  readPrompt,
  sessionLabel,
  tracePromptName,
  traceTitle,
} from './subject.ts';
export type {
  ComparePictures,
  FindSource,
  GoldenFiles,
  GoldenTools,
  PictureComparison,
  Render,
} from './tools.ts';
export type { UpdateMode } from './update.ts';
export type { Difference, ResolvedSource, SubjectSource, Verdict, VerdictStatus } from './verdict.ts';
export { differs, passes } from './verdict.ts';
