/** What dpkg knows of all packages; written anew whenever one changes. */
export const DPKG_STATUS = '/var/lib/dpkg/status';
