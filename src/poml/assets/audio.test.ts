import { expect, test } from 'vitest';
import { audioType } from './audio.ts';

test('by extension, in any case', () => {
  const types = ['a.MP3', 'b.wav', 'c.ogg', 'd.flac', 'e.AAC'].map((src) => audioType(undefined, src));
  expect(types).toEqual(['audio/mpeg', 'audio/wav', 'audio/ogg', 'audio/flac', 'audio/aac']);
});

test('a given type is not checked', () => {
  expect(audioType('audio/x-anything', 'a.mp3')).toBe('audio/x-anything');
  expect(audioType('video/mp4')).toBe('audio/video/mp4');
});

test('what is unknown needs a type', () => {
  expect(() => audioType(undefined, 'radio.m4a')).toThrow('"radio.m4a": add a type');
  expect(() => audioType(undefined, undefined)).toThrow('given as base64');
  expect(() => audioType('', 'toString')).toThrow('add a type');
});
