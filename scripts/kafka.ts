// Apache Kafka for the tests, from Maven's central repository: its jars, kept in a folder for all checkouts.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const version = '4.3.1'
/** For Scala, in which a part of the broker is written. With a logger, so that a broker says why it does not start. */
const artifact = 'kafka_2.13'
const directory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'munim', `kafka-${version}`)

/** The Java class path of a broker, once `fetchKafka` has been called. */
export const kafkaClassPath = join(directory, '*')

/** The programs that are missing of those that the tests with Kafka need. */
export function missingForKafka(): readonly string[] {
  const wanted = existsSync(directory) ? ['java'] : ['java', 'mvn']
  return wanted.filter((name) => spawnSync(name, ['-version'], { stdio: 'ignore' }).error !== undefined)
}

/** Fetches the jars, unless they are there. Two fetches at once do not disturb each other. */
export async function fetchKafka(): Promise<void> {
  if (existsSync(directory)) return
  await mkdir(dirname(directory), { recursive: true })
  const place = await mkdtemp(`${directory}.`)
  try {
    await writeFile(join(place, 'pom.xml'), pom)
    await maven(place)
    await rename(join(place, 'jars'), directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error
    })
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>munim</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>${artifact}</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.4</version>
    </dependency>
  </dependencies>
</project>
`

function maven(place: string): Promise<void> {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=jars']
  const child = spawn('mvn', ['-B', '-q', ...goal], { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`Maven could not fetch Kafka ${version}:\n${said}`))
    })
  })
}
