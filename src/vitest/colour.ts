/** Whether Vitest prints in colour, by the rule it goes by itself; in a worker too, whose output is no terminal. */
export function useColour(): boolean {
  const { env, argv, platform } = process;
  if ('NO_COLOR' in env || argv.includes('--no-color')) return false;
  const asked = 'FORCE_COLOR' in env || argv.includes('--color') || 'CI' in env || platform === 'win32';
  return asked || (env.FORCE_TTY !== 'false' && env.TERM !== 'dumb');
}
