// npx and `npm run` start a program through a shell and send signals to that shell, which ends and leaves the program
// behind. So the program watches its parents itself.
import { readFileSync } from 'node:fs'

const lookMs = 100

/**
 * Calls `onEnded` when the shell between npm and this process has ended: npm was stopped. Calls `onKilled` when npm has
 * ended and the shell has not: npm was killed. Each is called at most once, and never for a process that npm did not
 * start. Does not keep the process alive.
 */
export function followNpm({ onEnded, onKilled }) {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const npm = parentOf(shell)
  const behindShell = npm !== undefined && isNpm(npm)
  const timer = setInterval(() => {
    if (process.ppid !== shell) end(onEnded)
    else if (behindShell && parentOf(shell) !== npm) end(onKilled)
  }, lookMs)
  timer.unref()
  const end = (then) => {
    clearInterval(timer)
    then()
  }
}

/** The parent of a process; undefined where it cannot be determined (it can on Linux). */
function parentOf(pid) {
  try {
    // The name, in brackets, may contain any character; the parent is the second field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

function isNpm(pid) {
  try {
    return /^np[mx]\b|np[mx]-cli\.js/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' '))
  } catch {
    return false
  }
}
