import { ComponentError } from '../problems.ts';
import { type Child, Emission, Instance } from '../tree/children.ts';
import { bold, header, inline, newline, paragraph, subContent, text } from './basic.ts';
import { defineComponent, defineLayout, ORIGIN } from './component.ts';
import { emitChildren, invoke, settled, textChild, valueChildren } from './emit.ts';
import { presentationOf } from './environment.ts';

/** The words of a caption, transformed, with its colon. */
export const captionText = defineComponent('CaptionText', (props, _children, context, out) => {
  const { caption, captionTextTransform = 'none', captionStyle = 'header', captionEnding } = props;
  const words = transformCaption(caption as string, captionTextTransform);
  const ending =
    captionEnding === undefined
      ? captionStyle === 'bold' || captionStyle === 'plain'
        ? 'colon'
        : 'none'
      : captionEnding;
  const colon = (ending as string).includes('colon');
  emitChildren(valueChildren(words, props[ORIGIN]), context, out);
  if (colon) out.text(textChild(':'));
});

function transformCaption(caption: string, transform: unknown): string {
  switch (transform) {
    case 'none':
      return caption;
    case 'upper':
      return caption.toUpperCase();
    case 'lower':
      return caption.toLowerCase();
    case 'capitalize':
      return caption.length >= 1 ? caption.charAt(0).toUpperCase() + caption.slice(1) : caption;
    default:
      throw new ComponentError(
        `Unsupported caption text transform: ${String(transform)}; write upper, capitalize or none`,
      );
  }
}

export const caption = defineLayout(
  'Caption',
  (props, _children, context, out) => {
    const presentation = presentationOf(props, context);
    if (presentation === 'serialize') {
      const { caption: _, captionSerialized, name, type, ...others } = props;
      invoke(text, { name, type, ...others }, valueChildren(captionSerialized, props[ORIGIN]), context, out);
      return;
    }
    if (presentation !== 'markup') {
      invoke(text, {}, valueChildren(props.caption, props[ORIGIN]), context, out);
      return;
    }
    const { caption: words, captionStyle = 'header', captionEnding, captionTailingSpace, ...others } = props;
    const inner = new Instance(captionText, { caption: words, captionStyle, captionEnding, ...others }, []);
    if (captionStyle === 'header') {
      invoke(header, others, [inner], context, out);
      return;
    }
    if (captionStyle === 'bold') invoke(bold, others, [inner], context, out);
    else if (captionStyle === 'plain') invoke(inline, {}, [inner], context, out);
    else return;
    if (captionTailingSpace !== undefined && !captionTailingSpace) return;
    if ((captionEnding as string | undefined)?.includes('newline')) invoke(newline, {}, [], context, out);
    else out.text(textChild(' '));
  },
  [],
  ['caption'],
);

export const captionedParagraph = defineLayout(
  'CaptionedParagraph',
  (props, children, context, out) => {
    const presentation = presentationOf(props, context);
    if (presentation === 'serialize') {
      const { captionSerialized, caption: words, ...others } = props;
      invoke(text, { name: captionSerialized || words, ...others }, children, context, out);
      return;
    }
    if (presentation !== 'markup') {
      invoke(text, {}, children, context, out);
      return;
    }
    const { captionStyle = 'header', ...others } = props;
    const body = settled(children, props, context);
    const head = new Instance(caption, { captionStyle, captionTailingSpace: body.length > 0, ...others }, []);
    let parts: readonly Child[];
    if (captionStyle === 'header') parts = [head, new Instance(subContent, {}, body)];
    else if (captionStyle === 'bold' || captionStyle === 'plain') parts = [head, ...body];
    else if (captionStyle === 'hidden') parts = body;
    else throw new ComponentError(`Unsupported caption style: ${String(captionStyle)}`);
    invoke(paragraph, others, parts, context, out);
  },
  ['cp'],
  ['caption'],
);

function captioned(name: string, words: string, key: string) {
  return defineLayout(name, (props, children, context, out) => {
    const { caption: given = words, captionSerialized = key, ...others } = props;
    invoke(captionedParagraph, { caption: given, captionSerialized, ...others }, children, context, out);
  });
}

export const role = captioned('Role', 'Role', 'role');
export const task = captioned('Task', 'Task', 'task');
export const outputFormat = captioned('OutputFormat', 'Output Format', 'outputFormat');
export const stepwiseInstructions = captioned(
  'StepwiseInstructions',
  'Stepwise Instructions',
  'stepwiseInstructions',
);

/** Like the others, but its key in data is the caption itself. */
function aside(name: string, words: string, style: string) {
  return defineLayout(name, (props, children, context, out) => {
    const { caption: given = words, captionStyle = style, captionSerialized: _, ...others } = props;
    invoke(captionedParagraph, { caption: given, captionStyle, ...others }, children, context, out);
  });
}

export const hint = aside('Hint', 'Hint', 'bold');
export const introducer = aside('Introducer', 'Introducer', 'hidden');

/** The children inside, with examples as chat turns or not. */
function withChatExamples(chat: boolean, children: readonly Child[]): Emission {
  return new Emission((context, out) => emitChildren(children, { ...context, chatExamples: chat }, out));
}

export const exampleSet = defineLayout(
  'ExampleSet',
  (props, children, context, out) => {
    const {
      caption: words = 'Examples',
      captionSerialized = 'examples',
      chat,
      introducer: lead,
      ...others
    } = props;
    const presentation = presentationOf(props, context);
    const examples = withChatExamples(
      (chat ?? presentation === 'markup') as boolean,
      settled(children, props, context),
    );
    const body =
      lead && presentation === 'markup'
        ? [new Instance(introducer, {}, [textChild(lead as string)]), examples]
        : [examples];
    invoke(captionedParagraph, { caption: words, captionSerialized, ...others }, body, context, out);
  },
  ['examples'],
);

export const example = defineLayout('Example', (props, children, context, out) => {
  const presentation = presentationOf(props, context);
  const {
    caption: words = 'Example',
    captionSerialized = 'example',
    captionStyle = 'hidden',
    chat,
    ...others
  } = props;
  if (presentation !== 'markup') {
    invoke(text, others, children, context, out);
    return;
  }
  const body =
    chat === undefined ? children : [withChatExamples(chat as boolean, settled(children, props, context))];
  invoke(
    captionedParagraph,
    { caption: words, captionSerialized, captionStyle, ...others },
    body,
    context,
    out,
  );
});

function turn(name: string, alias: string, words: string, key: string, who: string) {
  return defineLayout(
    name,
    (props, children, context, out) => {
      const { caption: given = words, captionSerialized = key, captionStyle, speaker, ...others } = props;
      invoke(
        captionedParagraph,
        {
          caption: given,
          captionSerialized,
          captionStyle: captionStyle || (context.chatExamples ? 'hidden' : 'bold'),
          speaker: speaker || (context.chatExamples ? who : undefined),
          ...others,
        },
        children,
        context,
        out,
      );
    },
    [alias],
  );
}

export const exampleInput = turn('ExampleInput', 'input', 'Input', 'input', 'human');
export const exampleOutput = turn('ExampleOutput', 'output', 'Output', 'output', 'ai');

export const question = defineLayout(
  'Question',
  (props, children, context, out) => {
    const presentation = presentationOf(props, context);
    const {
      questionCaption = 'Question',
      answerCaption = 'Answer',
      captionSerialized = 'question',
      captionStyle = 'bold',
      ...others
    } = props;
    const body: Child[] = [
      new Instance(
        captionedParagraph,
        { caption: questionCaption, captionSerialized, captionStyle, ...others },
        children,
      ),
    ];
    if (answerCaption && presentation === 'markup') {
      const answer = { caption: answerCaption, captionStyle, captionTailingSpace: false, ...others };
      body.push(new Instance(caption, answer, []));
    }
    invoke(paragraph, {}, body, context, out);
  },
  ['qa'],
);
