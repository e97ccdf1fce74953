using Pulumi;
using Pulumi.Command.Local;

// What the engine's tests need of a real program, chosen by its configuration; the first modes never get as far as to read any.
switch (Environment.GetEnvironmentVariable("TEST_PROGRAM"))
{
    case "crash":
        await Console.Error.WriteLineAsync("the program crashes on purpose");
        return 3;
    case "silent":
        return 0;
    default:
        return await Deployment.RunAsync(() =>
        {
            var config = new Config();
            Console.WriteLine($"greeting {config.Require("name")}");
            if (config.GetBoolean("throw") == true)
            {
                throw new InvalidOperationException("the program throws on purpose");
            }

            var command = new Command("run", new CommandArgs
            {
                Create = Output.Format($"echo hello {config.Require("name")}"),
                Environment = { ["TOKEN"] = Output.CreateSecret("a token that nobody may see") },
            });
            var after = new Command("after", new CommandArgs { Create = command.Stdout.Apply(text => $"echo after {text}") });
            if (config.GetBoolean("hang") == true)
            {
                new TaskCompletionSource().Task.Wait();
            }

            return new Dictionary<string, object?>
            {
                ["stdout"] = after.Stdout,
                ["token"] = command.Environment,
            };
        });
}
