import { Fault } from '../faults/index.ts'

const unusableCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG'])

/** Other errors are returned as they are. */
export function storageFault(error: unknown, directory: string): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(directory, { cause: error })
  if (code === undefined || !unusableCodes.has(code)) return error
  return new Fault({
    code: 'data_directory_unwritable',
    message: `The directory ${directory} cannot be used (${code}): it must be a directory this user may write to.`,
    retryable: false,
    cause: error,
  })
}

export function diskFull(directory: string, known: { neededMb?: number; cause?: unknown } = {}): Fault {
  const needed = known.neededMb === undefined ? '' : `: PostgreSQL needs ${known.neededMb} MB there to start`
  return new Fault({
    code: 'disk_full',
    message: `The disk with ${directory} is full${needed}.`,
    retryable: true,
    cause: known.cause,
  })
}
