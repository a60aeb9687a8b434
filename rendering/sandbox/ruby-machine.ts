import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConsoleStdout, File, OpenFile, WASI } from '@bjorn3/browser_wasi_shim';
import { RubyVM } from '@ruby/wasm-wasi/dist/vm';

/** What WebAssembly calls a Memory; it grows by pages of 64 KiB. */
export interface RubyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type Imports = Readonly<Record<string, Record<string, unknown>>>;
interface Instance {
  readonly exports: { readonly memory: RubyMemory };
}

// Node has it, while its types leave it to those of the browser.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Imports): Promise<Instance>;
};

const MODULE = fileURLToPath(import.meta.resolve('@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm'));
const PACKAGE = path.join(path.dirname(MODULE), '../package.json');

/** No gems: they cost a quarter of a second, and templates have none. */
const ARGUMENTS = ['ruby', '-EUTF-8', '--disable-gems', '-e_=0'];

/** Ruby's program. */
export interface RubyProgram {
  readonly module: object;
  /** Names the program, which is too large to be digested each time, and how it is started. */
  readonly id: string;
}

/** A ruby in WebAssembly. */
export interface RubyMachine {
  /** Evaluates an expression and gives its text. Throws what ruby throws; after any other error the machine is broken. */
  evaluate(code: string): string;
  readonly memory: RubyMemory;
}

export async function loadRuby(): Promise<RubyProgram> {
  const [bytes, about] = await Promise.all([readFile(MODULE), readFile(PACKAGE, 'utf8')]);
  return { module: await WebAssembly.compile(bytes), id: JSON.stringify([about, bytes.length, ARGUMENTS]) };
}

type OnOutput = (bytes: Uint8Array) => void;

/**
 * Starts ruby without files, environment, arguments or network: all it can reach are the functions given here.
 * `onOutput` gets what it writes to standard output.
 */
export async function startRuby({ module }: RubyProgram, onOutput: OnOutput): Promise<RubyMachine> {
  const { vm, wasip1, instance } = await instantiate(module, onOutput);
  wasip1.initialize(instance);
  vm.initialize(ARGUMENTS);
  return machineOf(vm, instance);
}

/** The same as a ruby whose memory `restore` brings back; that one was between two evaluations. */
export async function resumeRuby(
  { module }: RubyProgram,
  onOutput: OnOutput,
  restore: (memory: RubyMemory) => void,
): Promise<RubyMachine> {
  const { vm, wasip1, instance } = await instantiate(module, onOutput);
  restore(instance.exports.memory);
  // Not `initialize`, which would build its data anew.
  wasip1.inst = instance;
  const machine = machineOf(vm, instance);
  // Two of one memory would draw the same numbers.
  machine.evaluate('srand');
  return machine;
}

/** The memory of a ruby that was not started. */
export async function unusedMemory({ module }: RubyProgram): Promise<RubyMemory> {
  const { instance } = await instantiate(module, () => undefined);
  return instance.exports.memory;
}

async function instantiate(module: object, onOutput: OnOutput) {
  const streams = [new OpenFile(new File([])), new ConsoleStdout(onOutput), new ConsoleStdout(() => undefined)];
  const wasip1 = new WASI([], [], streams, { debug: false });
  const vm = new RubyVM();
  const imports: Imports = { wasi_snapshot_preview1: wasip1.wasiImport };
  vm.addToImports(imports);
  closeBridge(imports);
  const instance = await WebAssembly.instantiate(module, imports);
  await vm.setInstance(instance);
  return { vm, wasip1, instance };
}

const machineOf = (vm: RubyVM, { exports }: Instance): RubyMachine => ({
  evaluate: (code) => vm.eval(code).toString(),
  memory: exports.memory,
});

/** This build of ruby can call JavaScript (`require 'js'`), and with it would have everything that Node has. */
function closeBridge(imports: Imports): void {
  const bridge = imports['rb-js-abi-host'] ?? {};
  for (const name of Object.keys(bridge)) {
    bridge[name] = (): never => {
      throw new Error('There is no JavaScript here');
    };
  }
}

/** The text as a ruby literal. */
export const rubyText = (text: string): string => `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
