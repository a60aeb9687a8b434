import { sh } from '../../domain/command.ts';
import { change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';

const HOME = '/home/vcap';

interface HomeFacts {
  /** As the account says. */
  readonly home: string | undefined;
  /** Who owns the folder; undefined where there is none. */
  readonly owner: string | undefined;
}

/** The cloud controller's scripts say HOME=/home/vcap, whatever the account says. */
export const vcapHome = (): Step<HomeFacts> => ({
  title: 'home of vcap',

  check: {
    run: sh`
      echo "home=$(getent passwd vcap | cut -d: -f6)"
      stat -c 'owner=%U' ${HOME} 2>/dev/null
      true`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      return { home: answers.value('home'), owner: answers.value('owner') };
    },
  },

  changes: ({ home, owner }) => [
    ...(home === HOME
      ? []
      : [
          change(
            phrase('it is {home}; jobs expect {wanted}', { home: home || 'not known', wanted: HOME }),
            sh`usermod --home ${HOME} vcap`,
          ),
        ]),
    ...(owner === 'vcap'
      ? []
      : [
          change(
            owner === undefined
              ? phrase('{path} is missing', { path: HOME })
              : phrase('{path} belongs to {owner}', { path: HOME, owner }),
            sh`
              mkdir -p ${HOME}
              chown vcap:vcap ${HOME}`,
          ),
        ]),
  ],
});
