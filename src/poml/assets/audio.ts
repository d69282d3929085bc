import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
  '.aac': 'audio/aac',
};

/**
 * The MIME type of a sound, from the type it was given, else from its file's extension in any case. A given type is
 * not checked: `video/mp4` becomes `audio/video/mp4`, as in POML. The bytes of a sound are sent as they are.
 * @throws Error when neither says what it is
 * @example audioType(undefined, 'call.MP3') // 'audio/mpeg'
 */
export function audioType(type: string | undefined, src?: string): string {
  if (type) return type.startsWith('audio/') ? type : `audio/${type}`;
  const known = src ? TYPES[path.extname(src).toLowerCase()] : undefined;
  if (known) return known;
  const what = src ? JSON.stringify(src) : 'a sound given as base64';
  throw new Error(`cannot tell the audio format of ${what}: add a type, such as type="mpeg"`);
}
