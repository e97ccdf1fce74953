using System.CommandLine;

namespace Scalelab.Cli.Commands;

internal static class TestCommand
{
    public static Command Create()
    {
        var command = new Command("test", "Build everything and run the whole test suite. Further arguments go to 'dotnet test'; the last line sums all modules up.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(int (_) => throw new CliException("The suite replaces this program's own build, so the script runs it: use './lab test'."));
        return command.WithExamples(
            ("lab test", "everything"),
            ("lab test --filter-class *UploadTests --ignore-exit-code 8", "some; a module without a match is no error then"));
    }
}
