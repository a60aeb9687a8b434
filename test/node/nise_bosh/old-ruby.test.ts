import { expect, it } from 'vitest';
import { answers, NESTED } from './dry-answers.ts';
import { OLD_RUBY } from './template-cases.ts';

/** Takes from the ruby that runs what newer ones have lost, and prints hashes as 3.4 does. */
const LIKE_NEWER_RUBY = `
  [File, Dir].each { |kind| kind.singleton_class.send(:undef_method, :exists?) if kind.respond_to?(:exists?) }
  [:taint, :untaint, :tainted?].each { |name| Object.send(:undef_method, name) if Object.method_defined?(name) }
  [:Fixnum, :Bignum].each { |name| Object.send(:remove_const, name) if Object.const_defined?(name) }
  class Hash
    def inspect
      "{" + map { |key, value| key.inspect + " => " + value.inspect }.join(", ") + "}"
    end
    alias to_s inspect
  end`;

it.each([
  ['this ruby', ''],
  ['a newer ruby', LIKE_NEWER_RUBY],
])('templates find what ruby 1.9.3 had on %s', (_ruby, preamble) => {
  const requests = OLD_RUBY.map(([template]) => ({ properties: NESTED, template }));
  const seen = answers(requests, preamble).map((one) => one.jobs?.server.out ?? one);
  expect(seen).toEqual(OLD_RUBY.map(([, expected]) => expected));
});
