/** What a git hook sets so that its own git finds the repository; it means nothing for another folder. */
const OF_HOOKS = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];

/** The environment for a git that is to find the repository of its working directory: tests and commands run in hooks, too. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_HOOKS.includes(name)));
}
