export function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
