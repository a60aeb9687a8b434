/** What the databases spell differently. */
export interface ColumnTypes {
  /** A whole number that counts up by itself. */
  readonly serial: 'integer' | 'bigserial';
}
