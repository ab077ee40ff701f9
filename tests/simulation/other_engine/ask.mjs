// Reads {installed, questions} from standard input, where each question is what runSimulation takes, and writes an
// array of answers: the result of each, what the engine objected to, and which condition keys it did not take.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const { installed, questions } = JSON.parse(readFileSync(0, 'utf8'))
const engine = createRequire(`${installed}/`).resolve('@cloud-copilot/iam-simulate')
const { runSimulation } = await import(pathToFileURL(engine).href)

const answers = []
for (const question of questions) {
  const answer = await runSimulation(question, {})
  answers.push({
    result: answer.overallResult ?? 'Error',
    errors: answer.errors ?? null,
    ignored: answer.result?.ignoredContextKeys ?? []
  })
}
process.stdout.write(JSON.stringify(answers))
