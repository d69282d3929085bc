/** Node's own keep their converter under symbols of the object, where programs could reach it. */
export class SafeTextEncoder {
  readonly encoding = 'utf-8';

  encode(text = ''): Uint8Array {
    return new Uint8Array(new TextEncoder().encode(text));
  }
}

/** @see SafeTextEncoder */
export class SafeTextDecoder {
  readonly #decoder: InstanceType<typeof TextDecoder>;
  readonly encoding: string;

  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) {
    this.#decoder = new TextDecoder(label, options);
    this.encoding = this.#decoder.encoding;
  }

  decode(bytes?: Uint8Array): string {
    return this.#decoder.decode(bytes);
  }
}
