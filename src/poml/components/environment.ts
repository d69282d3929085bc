import { isPlain, jsonText } from '../json.ts';
import { ComponentError, FatalRenderError, reasonOf } from '../problems.ts';
import { type Child, Emission } from '../tree/children.ts';
import type { NodeSink } from '../tree/nodes.ts';
import {
  type Component,
  type Context,
  defineComponent,
  defineLayout,
  type Environment,
  ORIGIN,
  type Presentation,
  type Props,
} from './component.ts';
import { elementChild, emitChildren, emitElement, invoke, settled } from './emit.ts';

const SYNTAXES: Readonly<Record<string, Presentation>> = {
  markdown: 'markup',
  html: 'markup',
  csv: 'markup',
  tsv: 'markup',
  json: 'serialize',
  yaml: 'serialize',
  xml: 'serialize',
  text: 'free',
  multimedia: 'multimedia',
};

const PRESENTATION_NAMES: Readonly<Record<Presentation, string>> = {
  markup: 'Markup',
  serialize: 'Serialize',
  free: 'Free',
  multimedia: 'Multimedia',
};

/**
 * How a component presents itself: by its own `syntax`, else as what surrounds it does. Free text does not pass
 * to components inside it; they use their default syntax again.
 */
export function presentationOf(
  props: Props,
  context: Context,
  defaultSyntax = 'markdown',
  refused: readonly Presentation[] = ['multimedia'],
): Presentation {
  const inherited = context.environment?.presentation;
  const syntax =
    props.syntax || (inherited === undefined || inherited === 'free' ? defaultSyntax : undefined);
  if (syntax) {
    const own = typeof syntax === 'string' && Object.hasOwn(SYNTAXES, syntax) ? SYNTAXES[syntax] : undefined;
    if (own === undefined) throw new ComponentError(`Unsupported syntax: ${String(syntax)}`);
    if (refused.includes(own)) {
      throw new ComponentError(`${PRESENTATION_NAMES[own]} syntax (${syntax}) is not supported here`);
    }
    return own;
  }
  return inherited!;
}

/** Whether what is asked for is already there, so that no new environment is needed. */
function continues(
  context: Context,
  presentation: Presentation,
  language: unknown,
  writerOptions: unknown,
): boolean {
  const { environment } = context;
  if (environment?.presentation !== presentation || environment.language !== language) return false;
  // Options that are an object are copied on their way through components, so they never are the same again.
  return !writerOptions || (writerOptions === environment.writerOptions && !isPlain(writerOptions));
}

function inside(context: Context, environment: Environment): Context {
  return { ...context, environment };
}

/** The element of an environment; its children are settled and expanded inside it. */
function emitEnvironment(
  own: Props,
  environment: Environment,
  children: readonly Child[],
  settling: Props,
  context: Context,
  out: NodeSink,
): void {
  const inner = settled(children, settling, context);
  const provider = new Emission((_, sink) => emitChildren(inner, inside(context, environment), sink));
  emitElement('env', own, [provider], context, out);
}

export const markupEnvironment: Component = defineComponent(
  'Markup.Environment',
  (props, children, context, out) => {
    const { writerOptions } = props;
    let language = props.markupLang;
    if (!language) {
      language = context.environment?.presentation === 'markup' ? context.environment.language : 'markdown';
    }
    if (continues(context, 'markup', language, writerOptions)) {
      emitChildren(children, context, out);
      return;
    }
    emitEnvironment(
      { presentation: 'markup', markupLang: language, writerOptions, [ORIGIN]: props[ORIGIN] },
      { presentation: 'markup', language: language as string, writerOptions },
      children,
      props,
      context,
      out,
    );
  },
);

/** The fence (or code span) that data and free text stand in when markup surrounds them. */
export const encloseSerialize = defineComponent(
  'Markup.EncloseSerialize',
  (props, children, context, out) => {
    invoke(
      markupCode,
      { ...props, inline: props.inline === undefined ? false : props.inline },
      children,
      context,
      out,
    );
  },
);

/** Emits one markup element within its environment. */
function emitMarkup(
  tag: string,
  environmentProps: Props,
  elementProps: Props,
  children: readonly Child[],
  context: Context,
  out: NodeSink,
): void {
  invoke(
    markupEnvironment,
    environmentProps,
    [elementChild(tag, elementProps, children, context)],
    context,
    out,
  );
}

function simpleMarkup(name: string, tag: string): Component {
  return defineLayout(name, (props, children, context, out) => {
    const { markupLang, presentation, ...others } = props;
    let element: Emission;
    try {
      element = elementChild(tag, others, children, context);
    } catch (error) {
      // POML makes these elements where nothing catches an error.
      if (error instanceof FatalRenderError) throw error;
      throw new FatalRenderError(reasonOf(error), props[ORIGIN], { cause: error });
    }
    // Named even when undefined: a stylesheet rule must not fill them in for the environment.
    invoke(markupEnvironment, { markupLang, presentation, ...others }, [element], context, out);
  });
}

export const markupParagraph = simpleMarkup('Markup.Paragraph', 'p');
export const markupInline = simpleMarkup('Markup.Inline', 'span');
export const markupBold = simpleMarkup('Markup.Bold', 'b');
export const markupItalic = simpleMarkup('Markup.Italic', 'i');
export const markupStrikethrough = simpleMarkup('Markup.Strikethrough', 's');
export const markupUnderline = simpleMarkup('Markup.Underline', 'u');
export const markupCode = simpleMarkup('Markup.Code', 'code');
export const tableContainer = simpleMarkup('Markup.TableContainer', 'table');
export const tableHead = simpleMarkup('Markup.TableHead', 'thead');
export const tableBody = simpleMarkup('Markup.TableBody', 'tbody');
export const tableRow = simpleMarkup('Markup.TableRow', 'trow');
export const tableCell = simpleMarkup('Markup.TableCell', 'tcell');

export const markupNewline = defineComponent('Markup.Newline', (props, _children, context, out) => {
  const { newlineCount, ...others } = props;
  emitMarkup('nl', others, { count: newlineCount, ...others }, [], context, out);
});

export const markupHeader = defineComponent('Markup.Header', (props, children, context, out) => {
  emitMarkup('h', props, { level: context.headerLevel, ...props }, children, context, out);
});

export const markupSubContent = defineComponent('Markup.SubContent', (props, children, context, out) => {
  invoke(markupParagraph, props, children, { ...context, headerLevel: context.headerLevel + 1 }, out);
});

const LIST_STYLES: readonly unknown[] = ['star', 'dash', 'plus', 'decimal', 'latin'];

export const markupList = defineComponent('Markup.List', (props, children, context, out) => {
  const { listStyle = 'dash', ...others } = props;
  if (!LIST_STYLES.includes(listStyle)) throw new ComponentError(`Invalid list style: ${String(listStyle)}`);
  emitMarkup('list', others, { listStyle, ...others }, children, context, out);
});

export const markupListItem = defineComponent('Markup.ListItem', (props, children, context, out) => {
  emitElement('item', props, children, context, out);
});

export const serializeEnvironment = defineComponent(
  'Serialize.Environment',
  (props, children, context, out) => {
    const { presentation: _, serializer: given, writerOptions, inline, ...others } = props;
    let serializer = given;
    if (!serializer) {
      serializer = context.environment?.presentation === 'serialize' ? context.environment.language : 'json';
    }
    const emit = (inner: Context, sink: typeof out) => {
      if (continues(context, 'serialize', serializer, writerOptions)) {
        emitChildren(children, inner, sink);
      } else {
        emitEnvironment(
          { presentation: 'serialize', serializer, writerOptions, [ORIGIN]: props[ORIGIN] },
          { presentation: 'serialize', language: serializer as string, writerOptions },
          children,
          props,
          inner,
          sink,
        );
      }
    };
    if (context.environment?.presentation === 'markup') {
      const fence = { inline: inline ?? false, lang: serializer, ...others, [ORIGIN]: undefined };
      invoke(encloseSerialize, fence, [new Emission(emit)], context, out);
    } else {
      emit(context, out);
    }
  },
);

export const serializeAny: Component = defineComponent('Serialize.Any', (props, children, context, out) => {
  const { name: _name, type: _type, ...others } = props;
  invoke(serializeEnvironment, others, [elementChild('any', props, children, context)], context, out);
});

function dataText(data: unknown, props: Props, context: Context): string | undefined {
  const text = jsonText(data);
  context.expansion.budget.spendCharacters(text?.length ?? 0, props[ORIGIN]);
  return text;
}

export const serializeObject = defineComponent('Serialize.Object', (props, _children, context, out) => {
  const { data, ...others } = props;
  const element = elementChild('obj', { data: dataText(data, props, context), ...others }, [], context);
  invoke(serializeEnvironment, others, [element], context, out);
});

export const freeEnvironment = defineComponent('Free.Environment', (props, children, context, out) => {
  const { presentation: _, writerOptions, whiteSpace = 'pre', inline, ...others } = props;
  const emit = (inner: Context, sink: typeof out) => {
    if (continues(context, 'free', undefined, writerOptions)) {
      emitChildren(children, inner, sink);
    } else {
      emitEnvironment(
        { presentation: 'free', writerOptions, whiteSpace, [ORIGIN]: props[ORIGIN] },
        { presentation: 'free', language: undefined, writerOptions },
        children,
        { ...props, whiteSpace },
        inner,
        sink,
      );
    }
  };
  const surrounding = context.environment?.presentation;
  if (surrounding === 'markup') {
    const fence = { inline: inline ?? false, ...others, [ORIGIN]: undefined };
    invoke(encloseSerialize, fence, [new Emission(emit)], context, out);
  } else if (surrounding === 'serialize') {
    invoke(serializeAny, { ...others, [ORIGIN]: undefined }, [new Emission(emit)], context, out);
  } else {
    emit(context, out);
  }
});

export const freeText = defineComponent('Free.Text', (props, children, context, out) => {
  const { whiteSpace = 'pre', ...others } = props;
  const element = elementChild('text', { whiteSpace, ...others }, children, context);
  invoke(freeEnvironment, { whiteSpace, ...others }, [element], context, out);
});

export const mediaEnvironment = defineComponent('MultiMedia.Environment', (props, children, context, out) => {
  const { writerOptions } = props;
  if (continues(context, 'multimedia', undefined, writerOptions)) {
    emitChildren(children, context, out);
    return;
  }
  emitEnvironment(
    { presentation: 'multimedia', writerOptions, [ORIGIN]: props[ORIGIN] },
    { presentation: 'multimedia', language: undefined, writerOptions },
    children,
    props,
    context,
    out,
  );
});
