import { Writable } from 'node:stream'
import { run } from '@munim/cli'

export type CommandResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string }

export async function runCommand(
  server: { readonly url: string; readonly adminKey?: string },
  ...args: readonly string[]
): Promise<CommandResult> {
  const stdout = collect()
  const stderr = collect()
  const key = server.adminKey === undefined ? [] : ['--key', server.adminKey]
  const connection = ['--url', server.url, ...key]
  const exitCode = await run([...args, ...connection], { terminal: { stdout, stderr } })
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
}

function collect(): Writable & { readonly text: () => string } {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  return Object.assign(stream, { text: () => text })
}
