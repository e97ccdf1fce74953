namespace Scalelab.EndToEnd.Fixtures;

/// <summary>What a finished command left behind.</summary>
/// <param name="Command">As one would type it.</param>
/// <param name="ExitCode">0 when it succeeded.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Returns itself, or fails the test with everything that the command said.</summary>
    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }

    /// <summary>Returns itself when the command refused to do what it was asked for, without crashing.</summary>
    public CommandResult Refused()
    {
        Assert.True(ExitCode is > 0 and < 128, ToString());
        // A stack trace is the sign of a mistake that nobody thought of.
        Assert.DoesNotMatch(@"(?m)^\s+at \S+\(.*\)", Output + Error);
        return this;
    }

    public override string ToString() => $"$ {Command}\n{Output}{Error}exit code {ExitCode}";
}
