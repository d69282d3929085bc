import { main } from './matrix/main.ts';

process.exitCode = main(process.argv.slice(2));
