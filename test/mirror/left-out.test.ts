import { expect, it } from 'vitest';
import { PROFILES } from '../../domain/profiles/profiles.ts';
import { ubuntu1204 } from '../../domain/profiles/ubuntu-12.04.ts';
import { leftOut } from '../../mirror/left-out.ts';

it.each(PROFILES)('tells of $name the command that adds it, and what that needs', (profile) => {
  const [command, needs] = leftOut(profile);
  expect(command).toMatch(
    new RegExp(`^left out: nodes with ${profile.name}; ./local_build.sh --profile ${profile.name} --archive URL`),
  );
  expect(needs).toContain(`an archive of ${profile.archive.distribution} with ${profile.archive.suite} at URL`);
});

it('names the sources that the operator has to find', () => {
  const [, needs] = leftOut(ubuntu1204);
  expect(needs).toContain('rubygems-1.8.17.tgz in FOLDER, with a SHA256SUMS');
  expect(needs).toContain('yaml-0.1.4.tar.gz, ruby-1.9.3-p448.tar.gz, monit-5.2.4.tar.gz there too, unless');
});
