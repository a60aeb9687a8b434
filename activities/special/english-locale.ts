import { sh } from '../../domain/command.ts';
import { change, type Step } from '../../domain/step.ts';

/** PostgreSQL's initdb and the cloud controller name this locale; without it the first refuses to make a cluster. */
export const englishLocale = (): Step<{ readonly isThere: boolean }> => ({
  title: 'locale en_US.UTF-8',

  check: {
    run: sh`locale -a`,
    parse: ({ stdout }) => ({ isThere: /^en_US\.utf-?8$/im.test(stdout) }),
  },

  // Not by locale-gen, whose next run on Debian would drop what its list does not name.
  changes: ({ isThere }) => (isThere ? [] : [change('it is not there', sh`localedef -i en_US -f UTF-8 en_US.UTF-8`)]),
});
