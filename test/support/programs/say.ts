/** Prints a value as one line of JSON, for the test that runs the program. */
export function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
