export { noteAnswered } from './note-answered.ts'
export { addSpan, isTracing, startTracing, type Tracing, traceCounts } from './traces.ts'
