using System.CommandLine;
using Scalelab.Cli.Commands;
using Scalelab.Engine;
using Scalelab.Engine.Projects;

namespace Scalelab.Cli.Tests.Commands;

public sealed class RefreshFlagsTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("--refresh", true)]
    [InlineData("-r", true)]
    [InlineData("--refresh=false", false)]
    [InlineData("--refresh true", true)]
    public void Apply_OfRefresh_LeavesItToTheProjectUnlessItIsGiven(string arguments, bool? expected)
    {
        var flags = new RefreshFlags();
        var command = new Command("up");
        flags.AddTo(command, UpdateKind.Up);

        var parsed = command.Parse(arguments);

        Assert.Empty(parsed.Errors);
        Assert.Equal(expected, flags.Apply(parsed, new UpdateOptions { Project = new PulumiProject("lab", "/lab/Pulumi.yaml", "/lab", "/lab", []), Stack = "pod", StateFolder = "/lab/state" }).Refresh);
    }
}
