import { audioType } from '../assets/audio.ts';
import { processImage } from '../assets/image.ts';
import { ComponentError, reasonAbout, reasonOf } from '../problems.ts';
import { Instance } from '../tree/children.ts';
import { inline } from './basic.ts';
import { type Component, defineComponent, ORIGIN, type Props } from './component.ts';
import { dataObject } from './data.ts';
import { elementChild, invoke, textChild } from './emit.ts';
import { mediaEnvironment, presentationOf } from './environment.ts';

export const mediaImage = defineComponent('MultiMedia.Image', (props, children, context, out) => {
  if (children.length > 0)
    context.expansion.fail('a picture cannot have content: write <img … />', props[ORIGIN]);
  invoke(mediaEnvironment, props, [elementChild('img', props, [], context)], context, out);
});

export const mediaAudio = defineComponent('MultiMedia.Audio', (props, _children, context, out) => {
  invoke(mediaEnvironment, props, [elementChild('audio', props, [], context)], context, out);
});

export const mediaToolRequest = defineComponent(
  'MultiMedia.ToolRequest',
  (props, _children, context, out) => {
    const { id, name, parameters, ...others } = props;
    const element = elementChild('toolrequest', { id, name, content: parameters, ...others }, [], context);
    invoke(mediaEnvironment, others, [element], context, out);
  },
);

export const mediaToolResponse = defineComponent(
  'MultiMedia.ToolResponse',
  (props, children, context, out) => {
    const { id: _id, name: _name, ...others } = props;
    invoke(mediaEnvironment, others, [elementChild('toolresponse', props, children, context)], context, out);
  },
);

/** A picture or sound needs exactly one source. */
function requireOneSource(src: unknown, base64: unknown): void {
  if (src && base64) throw new ComponentError('Cannot specify both `src` and `base64`');
  if (!src && !base64) throw new ComponentError('Either `src` or `base64` must be specified');
}

export const image: Component = defineComponent(
  'Image',
  (props, children, context, out) => {
    const { syntax: given, src, base64, alt, type, position, maxWidth, maxHeight, resize, ...others } = props;
    const syntax = alt ? given : (given ?? 'multimedia');
    const presentation = presentationOf({ ...props, syntax }, context, 'multimedia', []);
    // Seams: pictures are read asynchronously, which shows in POML's intermediate form.
    if (presentation !== 'multimedia') {
      out.seam();
      if (given === undefined && props[ORIGIN]) {
        context.expansion.warnings.add(
          'picture-not-attached',
          'this picture is not attached, its alt text stands in its place: add syntax="multimedia"',
          props[ORIGIN],
        );
      }
      const words = alt === undefined || alt === null ? [] : [textChild(alt as string)];
      invoke(inline, { syntax }, words, context, out);
      out.seam();
      return;
    }
    requireOneSource(src, base64);
    const { files } = context.expansion;
    const bytes = src ? files.readBytes(src as string, 'image') : Buffer.from(base64 as string, 'base64');
    const options = {
      type: type as string | undefined,
      maxWidth: maxWidth as number | undefined,
      maxHeight: maxHeight as number | undefined,
      resize: resize as number | undefined,
    };
    const key = `image\0${JSON.stringify(options)}\0${src ? files.resolve(src as string) : base64}`;
    const settled = context.expansion.ask(key, () => processImage(bytes, options));
    if (settled === undefined) return;
    out.seam();
    if ('value' in settled) {
      const { base64: encoded, mimeType } = settled.value;
      invoke(
        mediaImage,
        { presentation, base64: encoded, position, type: mimeType, alt, ...others },
        children,
        context,
        out,
      );
    } else {
      context.expansion.report(reasonAbout(src, settled.error), props[ORIGIN], settled.error);
    }
    out.seam();
  },
  ['img'],
);

export const audio = defineComponent('Audio', (props, _children, context, out) => {
  const { syntax: _syntax, src, base64, type, ...others } = props;
  const presentation = presentationOf(props, context, 'multimedia', []);
  if (presentation !== 'multimedia') {
    context.expansion.warnings.add(
      'audio-not-attached',
      'this sound is not attached and prints nothing: add syntax="multimedia"',
      props[ORIGIN],
    );
    out.seam();
    out.seam();
    return;
  }
  requireOneSource(src, base64);
  const bytes = src
    ? context.expansion.files.readBytes(src as string, 'audio')
    : Buffer.from(base64 as string, 'base64');
  let media: Props | undefined;
  try {
    media = { base64: bytes.toString('base64'), type: audioType(type as string, src as string) };
  } catch (error) {
    context.expansion.report(reasonOf(error), props[ORIGIN], error);
  }
  out.seam();
  if (media) invoke(mediaAudio, { presentation, ...media, ...others }, [], context, out);
  out.seam();
});

export const toolRequest: Component = defineComponent('ToolRequest', (props, _children, context, out) => {
  const { syntax: given, id, name, parameters, speaker: who, ...others } = props;
  const syntax = given ?? 'multimedia';
  const presentation = presentationOf({ ...props, syntax }, context, 'multimedia', []);
  const speaker = who ?? 'ai';
  if (presentation === 'multimedia') {
    invoke(mediaToolRequest, { presentation, id, name, parameters, speaker, ...others }, [], context, out);
  } else {
    invoke(dataObject, { syntax, speaker, data: { id, name, parameters }, ...others }, [], context, out);
  }
});

const DEFAULT_SYNTAX = {
  markup: 'markdown',
  serialize: 'json',
  free: 'text',
  multimedia: 'multimedia',
} as const;

export const toolResponse: Component = defineComponent('ToolResponse', (props, children, context, out) => {
  const { syntax, id, name, speaker, ...others } = props;
  const presentation = presentationOf(props, context);
  const inner = new Instance(
    inline,
    { syntax: syntax === undefined ? DEFAULT_SYNTAX[presentation] : syntax },
    children,
  );
  invoke(
    mediaToolResponse,
    { presentation: 'multimedia', id, name, speaker: speaker ?? 'tool', ...others },
    [inner],
    context,
    out,
  );
});
