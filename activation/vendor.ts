/** The vendor's public key. The private one lies with the vendor; docs/activation.md says how to make another pair. */
export const VENDOR = '2Q_lQh-ZpmBfBjPlQ02x5iuuExGgip9xmNp5MHhVCK4';
