const NOT_EMPTY = /^(.+?)\.length(?:\s*(?:>|!==?)\s*0|\s*>=\s*1)?$/;
const EMPTY = /^(?:!\s*([\w$.[\]]+)\.length|([\w$.[\]]+)\.length\s*===?\s*0)$/;
const PATH = /^[\w$]+(?:\??\.[\w$]+|\[[^\]]*\])*$/;

/** Whether a condition holds exactly when a list has items: `items.length > 0` for `items`. */
export function isNotEmptyCheck(condition: string, list: string): boolean {
  return NOT_EMPTY.exec(condition.trim())?.[1] === list.trim();
}

/** What must be for a condition to hold or not, in words. Lengths and single values are said as people say them. */
export function conditionInWords(source: string, holds: boolean): string {
  const empty = EMPTY.exec(source);
  if (empty !== null) return emptiness(empty[1] ?? empty[2]!, holds);
  const full = NOT_EMPTY.exec(source);
  if (full !== null && PATH.test(full[1]!)) return emptiness(full[1]!, !holds);
  if (PATH.test(source)) return value(source, holds);
  const negated = /^!\s*(.+)$/.exec(source);
  if (negated !== null && PATH.test(negated[1]!)) return value(negated[1]!, !holds);
  return `\`${source}\` is ${holds ? 'true' : 'false'}`;
}

function emptiness(path: string, isEmpty: boolean): string {
  return `\`${path}\` is ${isEmpty ? 'empty' : 'not empty'}`;
}

function value(path: string, isSet: boolean): string {
  return `\`${path}\` is ${isSet ? 'set' : 'not set (missing, null, false, 0 or an empty text)'}`;
}
