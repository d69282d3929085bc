/** How far back the start of an expression is looked for. */
const EXPRESSION_WINDOW = 500;

/** Whether a place in text stands inside of an unfinished `{{`. */
export function insideExpression(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - EXPRESSION_WINDOW), offset);
  return before.lastIndexOf('{{') > Math.max(before.lastIndexOf('}}'), before.lastIndexOf('<'));
}

/** Why characters that are no token are wrong, and how to mend it. */
export function strayReason(text: string, start: number, end: number, insideTag: boolean): string {
  if (!insideTag) {
    return insideExpression(text, start)
      ? 'A text expression cannot hold "&". Compute it in an attribute (<let name="x" value="..." />) and print {{ x }}.'
      : 'This "&" starts no reference. Write #amp; for it.';
  }
  const first = text.charAt(start);
  if (first === '"' || first === "'") {
    return (
      `This attribute value has no closing ${first}, or it holds a "<". ` +
      'Write #lt; for "<"; in an expression turn the comparison round (b > a).'
    );
  }
  const shown = JSON.stringify(text.slice(start, Math.min(end, start + 20)));
  return (
    `${shown} cannot stand in a tag. ` +
    'Put values in quotes; names consist of A-Z, a-z, 0-9, ".", "-", "_" and ":". For a "<" that starts no tag write #lt;.'
  );
}

export const EXPRESSION_LESS_THAN = 'A text expression cannot hold "<". Turn the comparison round (b > a).';
export const MISSING_TAG_NAME = 'This "<" starts a tag without a name. Write #lt; for a "<" that is text.';

export function missingEquals(attribute: string): string {
  return `The attribute "${attribute}" has no value. Write ${attribute}="true", or the value that is meant.`;
}

export function missingValue(attribute: string): string {
  return `The value of "${attribute}" has to stand in quotes. Write ${attribute}="...".`;
}

export function unfinishedTag(name: string): string {
  return (
    `The tag <${name} has to be closed with ">" or "/>" before this. ` +
    'Write attributes as name="value", and #lt; for a "<" that is text.'
  );
}

export function neverClosed(name: string, closedBy: string | undefined): string {
  const instead = closedBy === undefined ? '' : `: </${closedBy}> ends it instead`;
  return `<${name}> is never closed${instead}. Add </${name}>.`;
}

export function unfinishedClosingTag(name: string): string {
  return `This closing tag is not finished. Write </${name}>.`;
}

export function needlessClosingTag(name: string): string {
  return `</${name}> closes nothing: its element is not open here. Remove it, or add the opening tag.`;
}

export const XML_DECLARATION = 'POML does not take an XML declaration. Remove it.';
export const DOCTYPE = 'POML does not take a doctype. Remove it.';
export const BYTE_ORDER_MARK = 'The file starts with a byte order mark. Save it as UTF-8 without one.';
export const OUTSIDE_ROOT = 'This is not expected outside of the root element. Remove it, or move it inside.';
export const NO_ROOT = 'There is no element to render. Write one, for example <poml>...</poml>.';
