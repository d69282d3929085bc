import { expect, test } from 'vitest';
import { createRenderer, EngineError, type RendererChoice } from './index.ts';

test('the built-in renderer is one of them', async () => {
  const renderer = createRenderer('builtin');
  expect(renderer).toMatchObject({ name: 'builtin', version: '0.0.9' });
  const prompt = await renderer.render('<p>Hello</p>');
  expect(prompt.messages).toEqual([{ speaker: 'human', content: 'Hello' }]);
  await expect(renderer.render('<p>', {})).rejects.toMatchObject({ name: 'RenderError' });
  await renderer.close();
});

test.each(['pomlsj', {}, { command: [] }, { command: 'poml' }, { command: [''] }, undefined])(
  'refuses %j',
  (choice) => {
    expect(() => createRenderer(choice as RendererChoice)).toThrow(EngineError);
    expect(() => createRenderer(choice as RendererChoice)).toThrow("'builtin', 'pomljs', or");
  },
);
