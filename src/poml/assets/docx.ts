import { loadOptional } from './optional.ts';
import { reasonOf } from './words.ts';
import { checkArchive } from './zip.ts';

interface Mammoth {
  convertToHtml(
    input: { buffer: Buffer },
    options: { externalFileAccess: boolean },
  ): Promise<{ value: string }>;
}

/**
 * A Word document as HTML, its pictures as data URIs. Files that the document only points to are not read.
 * @throws Error when the bytes are no document, or unpack to more than the limits of {@link checkArchive};
 * OptionalPackageError when `mammoth` is missing
 */
export async function docxHtml(bytes: Buffer): Promise<string> {
  const { convertToHtml } = loadOptional('mammoth', 'Word documents') as Mammoth;
  checkArchive(bytes);
  try {
    const { value } = await convertToHtml({ buffer: bytes }, { externalFileAccess: false });
    return value;
  } catch (error) {
    throw new Error(`the Word document cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
