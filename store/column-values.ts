/** Text sealed by the vault. */
export type Sealed = string;

/** A value as JSON text. */
export type Json = string;
