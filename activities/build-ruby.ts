import { createHash } from 'node:crypto';
import { type Command, sh } from '../domain/command.ts';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import type { Step } from '../domain/step.ts';
import { ensureToolchain } from './install-runtime-packages.ts';
import type { NodeContext } from './node-context.ts';

const PREFIX = '/var/vcap/bosh/ruby';
const MARKER = `${PREFIX}.built`;

interface RubyFacts {
  /** Key of the installed build, undefined when there is none. */
  readonly built: string | undefined;
  readonly isIntact: boolean;
}

/** Names the build by everything that goes into it. */
function rubyKey({ ruby }: NodeProfile): string {
  const inputs = JSON.stringify([ruby.version, ruby.source.sha256, ruby.configure, PREFIX]);
  return `ruby/${ruby.version}/${createHash('sha256').update(inputs).digest('hex').slice(0, 16)}`;
}

/** nise-bosh and the sample jobs run on this ruby; built from source once, then unpacked everywhere. */
export const buildRuby = ({ profile }: Pick<NodeContext, 'profile'>): Step<RubyFacts> => {
  const key = rubyKey(profile);
  return {
    title: 'Build or unpack ruby',

    check: {
      run: sh`
        [ -f ${MARKER} ] || exit 0
        read -r key digest <${MARKER}
        echo "$key"
        [ "$digest" = "$(${treeDigest})" ] && [ -x /usr/local/bin/ruby ] && echo intact
        true`,
      parse: ({ stdout }) => {
        const [built, intact] = stdout.split('\n');
        return { built: built === '' ? undefined : built, isIntact: intact === 'intact' };
      },
    },

    changes: ({ built, isIntact }) => {
      if (built === key && isIntact) return [];
      const reason =
        built === undefined ? 'no ruby of ours' : built === key ? 'files of ruby have changed' : `ruby is ${built}`;
      return [{ reason, act: build(profile, key) }];
    },
  };
};

// Names, sizes, modes and times: finds drift without reading the files.
const treeDigest: Command = sh`find ${PREFIX} -printf '%p %s %m %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum | cut -d' ' -f1`;

function build(profile: NodeProfile, key: string) {
  const { source, configure, version } = profile.ruby;
  const tarball = `/var/vcap/data/tmp/ruby/${source.file}`;
  const archive = `/var/vcap/data/tmp/${key.replaceAll('/', '-')}.tgz`;
  return {
    kind: 'build' as const,
    key,
    profile: profile.name,
    prepare: [
      ensureToolchain(profile),
      { act: { kind: 'fetchBlob' as const, sha256: source.sha256, size: 0, path: tarball } },
    ],
    compile: sh`
      echo "building ruby ${version} from source"
      cd /var/vcap/data/tmp/ruby
      rm -rf source staged && mkdir source staged
      tar -xf ${tarball} -C source --strip-components=1
      cd source
      ./configure --quiet --prefix=${PREFIX} ${configure} >../configure.log 2>&1 || { tail -n 30 ../configure.log; exit 1; }
      echo "configured"
      make -s -j"$(getconf _NPROCESSORS_ONLN)" >../make.log 2>&1 || { tail -n 30 ../make.log; exit 1; }
      echo "compiled"
      make -s install DESTDIR=/var/vcap/data/tmp/ruby/staged >../install.log 2>&1 || { tail -n 30 ../install.log; exit 1; }
      cd ..
      tar -czf ${archive}.new -C staged .
      mv ${archive}.new ${archive}
      rm -rf source staged`,
    archive,
    unpack: sh`
      rm -rf ${PREFIX} ${MARKER}
      tar -xzf ${archive} -C / --no-same-owner --no-overwrite-dir
      ldconfig
      for program in ruby gem bundle bundler erb rake irb; do
        [ ! -e ${PREFIX}/bin/$program ] || ln -sfn ${PREFIX}/bin/$program /usr/local/bin/$program
      done
      [ -e /usr/bin/ruby ] || ln -s /usr/local/bin/ruby /usr/bin/ruby
      ruby -ropenssl -ryaml -rzlib -rsocket -rerb -rjson -e 'puts "ruby #{RUBY_VERSION}, #{OpenSSL::OPENSSL_LIBRARY_VERSION}"'
      echo "${key} $(${treeDigest})" >${MARKER}.new
      mv ${MARKER}.new ${MARKER}
      rm -rf /var/vcap/data/tmp/ruby ${archive}`,
  };
}
