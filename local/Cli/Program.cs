using Scalelab.Cli;
using Scalelab.Cli.Commands;

using var interruption = new Interruption();
return await LabCommandLine.RunAsync(args, LabEnvironment.ForProcess(), interruption.Token);
