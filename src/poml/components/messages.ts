import { parseSlice } from '../assets/table.ts';
import { type Child, Instance } from '../tree/children.ts';
import type { Content, ContentPart, MediaPart, Message } from '../types.ts';
import { text } from './basic.ts';
import { type Component, defineComponent, defineLayout, type Props } from './component.ts';
import { invoke, textChild } from './emit.ts';
import { image, toolRequest, toolResponse } from './media.ts';

function messageOf(name: string, alias: string, who: string): Component {
  return defineLayout(
    name,
    (props, children, context, out) => invoke(text, { speaker: who, ...props }, children, context, out),
    [alias],
  );
}

export const systemMessage = messageOf('SystemMessage', 'system-msg', 'system');
export const humanMessage = messageOf('HumanMessage', 'human-msg', 'human');
export const aiMessage = messageOf('AiMessage', 'ai-msg', 'ai');

/** Recorded message content: text, pictures, tool requests and responses. */
export const messageContent: Component = defineComponent(
  'MessageContent',
  (props, _children, context, out) => {
    const { content, ...others } = props;
    if (typeof content === 'string') {
      invoke(text, others, [textChild(content)], context, out);
    } else if (Array.isArray(content)) {
      const parts = (content as ContentPart[]).map((part) => contentPart(part, others));
      invoke(text, {}, parts, context, out);
    }
  },
  ['msg-content'],
);

function contentPart(part: ContentPart, others: Props): Child {
  if (typeof part === 'string') return new Instance(text, others, [textChild(part)]);
  if (part.type.startsWith('image/')) {
    const { base64, alt, type } = part as MediaPart;
    return new Instance(image, { base64, alt, type, ...others }, []);
  }
  const { type, id, name, content } = part as { type: string; id: string; name: string; content: unknown };
  if (type === 'application/vnd.poml.toolrequest') {
    return new Instance(toolRequest, { id, name, parameters: content, ...others }, []);
  }
  if (type === 'application/vnd.poml.toolresponse') {
    const inner = new Instance(messageContent, { content: content as Content, ...others }, []);
    return new Instance(toolResponse, { id, name, ...others }, [inner]);
  }
  throw new Error(
    `Unsupported media type: ${type}; a message takes text, pictures, tool requests and tool responses`,
  );
}

export const conversation = defineComponent('Conversation', (props, _children, context, out) => {
  const { messages: given, selectedMessages, ...others } = props;
  let messages = given as Message[];
  if (selectedMessages) {
    const [start, end] = parseSlice(selectedMessages as string, messages.length);
    messages = messages.slice(start, end);
  }
  const turns = messages.map(
    (message) =>
      new Instance(text, { speaker: message.speaker, ...others }, [
        new Instance(messageContent, { content: message.content, ...others }, []),
      ]),
  );
  invoke(text, {}, turns, context, out);
});
