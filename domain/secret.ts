/** A value that must not be seen: prints as `********` wherever it is turned into text. */
export class Secret {
  /** Its name in commands and logs: letters, digits and underscores. */
  readonly name: string;
  readonly #value: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  /** The value itself; only for standard input and for files that only root can read. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  // Node's util.inspect asks for this symbol; it is the registered one, so no Node built-in is needed.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}

export const MASK = '********';
