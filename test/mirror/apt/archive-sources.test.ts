import { describe, expect, it } from 'vitest';
import { archiveSources, binaryLines, parseIndexTargets, sourceLines } from '../../../mirror/apt/archive-sources.ts';

const PRINTED = `http://archive.example/debian/|bookworm|bookworm|Debian|main
http://archive.example/debian/|bookworm|bookworm|Debian|main
http://archive.example/debian/|stable-updates|bookworm-updates|Debian|main
http://archive.example/debian-security/|bookworm-security|bookworm-security|Debian|main
http://tools.example/debian/|bookworm|bookworm|Tools Inc.|main
http://archive.example/debian/|sid|sid|Debian|main
`;
const WANTED = { distribution: 'debian', machineSuite: 'bookworm', suite: 'bookworm' };
const OPTIONS = { architecture: 'amd64', keyring: '/keys/debian.gpg' };

describe('the sources of the mirror', () => {
  it("are the machine's main, updates and security, without third parties and other suites", () => {
    expect(binaryLines(archiveSources(parseIndexTargets(PRINTED), WANTED), OPTIONS)).toBe(
      `deb [arch=amd64 signed-by=/keys/debian.gpg] http://archive.example/debian/ bookworm main
deb [arch=amd64 signed-by=/keys/debian.gpg] http://archive.example/debian/ bookworm-updates main
deb [arch=amd64 signed-by=/keys/debian.gpg] http://archive.example/debian-security/ bookworm-security main
`,
    );
  });

  it('are turned to the suite that the nodes run', () => {
    const sources = archiveSources(parseIndexTargets(PRINTED), { ...WANTED, suite: 'trixie' });
    expect(sources.map(({ suite }) => suite)).toEqual(['trixie', 'trixie-updates', 'trixie-security']);
  });

  it('are found by suite alone while apt knows no origins', () => {
    const fresh = 'http://archive.example/debian/|bookworm|$(CODENAME)|$(ORIGIN)|main\n';
    expect(archiveSources(parseIndexTargets(fresh), WANTED)).toHaveLength(1);
  });

  it('offer source packages of the main suite only', () => {
    const sources = archiveSources(parseIndexTargets(PRINTED), WANTED);
    expect(sourceLines(sources, 'bookworm', { ...OPTIONS, keyring: undefined })).toBe(
      'deb-src [arch=amd64] http://archive.example/debian/ bookworm main\n',
    );
  });
});
