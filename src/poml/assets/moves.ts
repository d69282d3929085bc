import path from 'node:path';

/** Finds where a path of another machine is on this one. */
export type Move = (absolute: string) => string;

/**
 * A prompt recorded elsewhere may name files by the full paths they had there.
 * @param moved Folders of the other machine, and the folders here that stand for them; the longest that fits wins.
 * @example movesFrom({ '/srv/app': '/home/me/app' })('/srv/app/prompts/a.poml') // '/home/me/app/prompts/a.poml'
 */
export function movesFrom(moved: Readonly<Record<string, string>>): Move {
  const moves = Object.entries(moved)
    .map(([from, to]) => ({ from: path.resolve(from), to: path.resolve(to) }))
    .sort((a, b) => b.from.length - a.from.length);
  return (absolute) => {
    const move = moves.find(({ from }) => absolute === from || absolute.startsWith(from + path.sep));
    return move ? path.join(move.to, absolute.slice(move.from.length)) : absolute;
  };
}
