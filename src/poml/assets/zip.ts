import { inflateRawSync } from 'node:zlib';
import { isError } from '../is-error.ts';

/** How much the entries of an archive may unpack to together, in bytes. */
export const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;
/** How much all XML of an archive may unpack to: it is held as a tree of many times its size. */
export const MAX_UNPACKED_XML_BYTES = 32 * 1024 * 1024;
/** How many entries an archive may have. */
export const MAX_ENTRIES = 10_000;

// Signatures and sizes of the records: APPNOTE.TXT, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER = 0x02014b50;
const CENTRAL_HEADER_BYTES = 46;
const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const DEFLATED = 8;
/** In the place of a size or number that only a zip64 record holds. */
const IN_ZIP64 = 0xffffffff;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly declared: number;
  readonly offset: number;
}

const XML_NAME = /\.(xml|rels|vml)$/i;

/** Whether the bytes begin as an archive does (`PK`). */
export function isArchive(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt16LE(0) === 0x4b50;
}

/**
 * Refuses an archive that unpacks to more than the limits. Declared sizes are not believed: every entry is unpacked
 * once, no further than the limit, and entries that lie on top of one another count each time.
 * @throws Error that says which limit, or that the archive is damaged
 */
export function checkArchive(bytes: Buffer): void {
  let total = 0;
  let xml = 0;
  for (const entry of readDirectory(bytes)) {
    const isXml = XML_NAME.test(entry.name);
    const room = Math.min(
      MAX_UNPACKED_BYTES - total,
      isXml ? MAX_UNPACKED_XML_BYTES - xml : MAX_UNPACKED_BYTES,
    );
    const size = entry.declared > room ? Number.POSITIVE_INFINITY : unpackedSize(bytes, entry, room);
    if (size > room) throw tooLarge(isXml && xml + size > MAX_UNPACKED_XML_BYTES);
    total += size;
    if (isXml) xml += size;
  }
}

function tooLarge(isXml: boolean): Error {
  const [what, limit] = isXml ? ['its XML', MAX_UNPACKED_XML_BYTES] : ['it', MAX_UNPACKED_BYTES];
  return new Error(
    `the archive is refused: ${what} unpacks to more than ${limit / 1024 / 1024} MB. Give the prompt a smaller file`,
  );
}

function damaged(what: string): Error {
  return new Error(`the archive is damaged: ${what}`);
}

function readDirectory(bytes: Buffer): Entry[] {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES) throw new Error(`the archive is refused: it has more than ${MAX_ENTRIES} entries`);
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  if (at === IN_ZIP64)
    throw new Error('the archive is refused: it is in zip64 form, which only huge files need');
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_HEADER_BYTES > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_HEADER) {
      throw damaged(`entry ${index + 1} of its directory is not where it should be`);
    }
    const nameLength = bytes.readUInt16LE(at + 28);
    const nameStart = at + CENTRAL_HEADER_BYTES;
    entries.push({
      name: bytes.toString('latin1', nameStart, nameStart + nameLength),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      declared: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at = nameStart + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** The end record stands at the end, before a comment of unknown length. */
function findEnd(bytes: Buffer): number {
  const last = bytes.length - END_RECORD_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (bytes.readUInt32LE(at) === END_RECORD) return at;
  }
  throw damaged('its end is missing');
}

/**
 * The text of the XML in an archive, such as a Word or Excel file: what stands between the tags, in which a word is often
 * spread over several, and then the tags with their attributes.
 *
 * @returns `undefined` where it is damaged or too large
 */
export function archiveText(bytes: Buffer): string | undefined {
  try {
    const texts: string[] = [];
    let room = MAX_UNPACKED_XML_BYTES;
    for (const entry of readDirectory(bytes)) {
      if (!XML_NAME.test(entry.name)) continue;
      const unpacked = unpack(bytes, entry, room);
      if (!unpacked) return undefined;
      room -= unpacked.length;
      const xml = unpacked.toString('utf8');
      texts.push(xml.replace(/<\/[\w:]*p>/g, '\n').replace(/<[^>]*>/g, ''), xml);
    }
    return texts.join('\n');
  } catch {
    return undefined;
  }
}

function unpackedSize(bytes: Buffer, entry: Entry, room: number): number {
  return unpack(bytes, entry, room)?.length ?? Number.POSITIVE_INFINITY;
}

/** The bytes of an entry; `undefined` where they are more than there is room for. */
function unpack(bytes: Buffer, entry: Entry, room: number): Buffer | undefined {
  const { offset, packed } = entry;
  if (offset + LOCAL_HEADER_BYTES > bytes.length || bytes.readUInt32LE(offset) !== LOCAL_HEADER) {
    throw damaged(`${JSON.stringify(entry.name.slice(0, 80))} is not where its directory says`);
  }
  const start =
    offset + LOCAL_HEADER_BYTES + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const content = bytes.subarray(start, start + packed);
  if (entry.method !== DEFLATED) return packed > room ? undefined : content;
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(1, room) });
  } catch (error) {
    if (isError(error) && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw damaged(`${JSON.stringify(entry.name.slice(0, 80))} cannot be unpacked`);
  }
}
