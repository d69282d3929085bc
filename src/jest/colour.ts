/** Whether Jest prints in colour; it tells its workers, whose output is no terminal, by `FORCE_COLOR`. */
export function useColour(env: NodeJS.ProcessEnv = process.env): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return !('NO_COLOR' in env) && process.stdout.isTTY === true && env.TERM !== 'dumb';
}
