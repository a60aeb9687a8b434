/** Column types that differ between the databases. */
export interface ColumnTypes {
  /** An auto-incrementing whole number. */
  readonly serial: 'integer' | 'bigserial';
}
