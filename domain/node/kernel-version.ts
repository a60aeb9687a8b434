/** Whether a kernel, as `uname -r` names it (`3.2.0-61-virtual`), is of an older version than the given one. */
export function isKernelBefore(kernel: string, major: number, minor: number): boolean {
  const [ofMajor = 0, ofMinor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  return ofMajor < major || (ofMajor === major && ofMinor < minor);
}
