import { ComponentError } from '../problems.ts';
import type { Child } from '../tree/children.ts';
import type { NodeSink } from '../tree/nodes.ts';
import {
  type Component,
  type Context,
  defineComponent,
  defineLayout,
  type Presentation,
  type Props,
} from './component.ts';
import { invoke } from './emit.ts';
import {
  freeText,
  markupBold,
  markupCode,
  markupHeader,
  markupInline,
  markupItalic,
  markupList,
  markupListItem,
  markupNewline,
  markupParagraph,
  markupStrikethrough,
  markupSubContent,
  markupUnderline,
  presentationOf,
  serializeAny,
  serializeEnvironment,
} from './environment.ts';

/** What components designed for markup become elsewhere: a value when data surrounds them, plain text otherwise. */
export const anyOrFree = defineComponent('AnyOrFree', (props, children, context, out) => {
  const { syntax, presentation, name, type, asAny, ...others } = props;
  if (presentation === 'serialize') {
    if (asAny) invoke(serializeAny, { serializer: syntax, name, type, ...others }, children, context, out);
    else invoke(serializeEnvironment, { serializer: syntax, ...others }, children, context, out);
  } else if (presentation === 'free') {
    invoke(freeText, others, children, context, out);
  } else {
    throw new ComponentError(`This component is not designed for ${String(presentation)} syntaxes`);
  }
});

/** Outside markup: a named value (`asAny`) or just what is inside. */
function emitOutsideMarkup(
  props: Props,
  presentation: Presentation,
  asAny: boolean,
  children: readonly Child[],
  context: Context,
  out: NodeSink,
): void {
  invoke(anyOrFree, { presentation, asAny, ...props }, children, context, out);
}

/** A block that has a name and a type when it is data. */
function block(name: string, aliases: readonly string[], markup: Component): Component {
  return defineLayout(
    name,
    (props, children, context, out) => {
      const presentation = presentationOf(props, context);
      if (presentation === 'markup') {
        const { syntax, name: _name, type: _type, ...others } = props;
        invoke(markup, { markupLang: syntax, ...others }, children, context, out);
      } else {
        const { syntax, name, type } = props;
        emitOutsideMarkup({ syntax, name, type, ...props }, presentation, true, children, context, out);
      }
    },
    aliases,
  );
}

/** A run of text within a line. */
function run(name: string, aliases: readonly string[], markup: Component): Component {
  return defineLayout(
    name,
    (props, children, context, out) => {
      const presentation = presentationOf(props, context);
      if (presentation === 'markup') {
        const { syntax, ...others } = props;
        invoke(markup, { markupLang: syntax, ...others }, children, context, out);
      } else {
        emitOutsideMarkup({ syntax: props.syntax, ...props }, presentation, false, children, context, out);
      }
    },
    aliases,
  );
}

export const paragraph = block('Paragraph', ['p'], markupParagraph);
export const header = block('Header', ['h'], markupHeader);
export const subContent = block('SubContent', ['section'], markupSubContent);
export const code = block('Code', [], markupCode);
export const listItem = block('ListItem', ['item'], markupListItem);

export const inline = run('Inline', ['span'], markupInline);
export const bold = run('Bold', ['b'], markupBold);
export const italic = run('Italic', ['i'], markupItalic);
export const strikethrough = run('Strikethrough', ['s', 'strike'], markupStrikethrough);
export const underline = run('Underline', ['u'], markupUnderline);

/** The root of a prompt, and a block without blank lines around it. */
export const text = defineLayout(
  'Text',
  (props, children, context, out) => {
    const presentation = presentationOf(props, context);
    const { syntax, name, type, ...others } = props;
    if (presentation === 'markup') {
      invoke(paragraph, { syntax, blankLine: false, ...others }, children, context, out);
    } else {
      emitOutsideMarkup({ syntax, name, type, ...others }, presentation, true, children, context, out);
    }
  },
  ['div', 'poml'],
);

export const list = defineLayout('List', (props, children, context, out) => {
  const presentation = presentationOf(props, context);
  const { syntax, listStyle, name, type, ...others } = props;
  if (presentation === 'markup') {
    invoke(markupList, { markupLang: syntax, listStyle, ...others }, children, context, out);
  } else {
    emitOutsideMarkup(
      { syntax, name, type: type ?? 'array', ...others },
      presentation,
      true,
      children,
      context,
      out,
    );
  }
});

export const newline = defineLayout(
  'Newline',
  (props, _children, context, out) => {
    if (presentationOf(props, context) !== 'markup') return;
    const { syntax, ...others } = props;
    invoke(markupNewline, { markupLang: syntax, ...others }, [], context, out);
  },
  ['br'],
);
