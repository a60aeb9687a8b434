import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConsoleStdout, File, OpenFile, WASI } from '@bjorn3/browser_wasi_shim';
import { RubyVM } from '@ruby/wasm-wasi/dist/vm';

// Node has it, while its types leave it to those of the browser.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

type Imports = Readonly<Record<string, Record<string, unknown>>>;

const MODULE = fileURLToPath(import.meta.resolve('@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm'));

/** No gems: they cost a quarter of a second, and templates have none. */
const ARGUMENTS = ['ruby', '-EUTF-8', '--disable-gems', '-e_=0'];

/** A ruby in WebAssembly. */
export interface RubyMachine {
  /** Evaluates an expression and gives its text. Throws what ruby throws; after any other error the machine is broken. */
  evaluate(code: string): string;
}

/**
 * Starts ruby without files, environment, arguments or network: all it can reach are the functions given here.
 * `onOutput` gets what it writes to standard output.
 */
export async function startRuby(onOutput: (bytes: Uint8Array) => void): Promise<RubyMachine> {
  const module = await WebAssembly.compile(await readFile(MODULE));
  const streams = [new OpenFile(new File([])), new ConsoleStdout(onOutput), new ConsoleStdout(() => undefined)];
  const wasip1 = new WASI([], [], streams, { debug: false });
  const { vm } = await RubyVM.instantiateModule({ module, wasip1, addToImports: closeBridge, args: ARGUMENTS });
  return { evaluate: (code) => vm.eval(code).toString() };
}

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
