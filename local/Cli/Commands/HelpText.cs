using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Scalelab.Cli.Commands;

/// <summary>Adds examples and further text to the end of commands' help.</summary>
internal static class HelpText
{
    public static T WithExamples<T>(this T command, params (string Line, string Purpose)[] examples)
        where T : Command
    {
        var width = examples.Max(example => example.Line.Length);
        AddEpilogue(command, string.Join('\n', examples.Select(example => $"  {example.Line.PadRight(width)}   {example.Purpose}").Prepend("Examples:")));
        return command;
    }

    public static void AddEpilogue(Command command, string text)
    {
        var help = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (help is null)
        {
            help = new HelpOption();
            command.Add(help);
        }

        help.Action = new WithEpilogue((SynchronousCommandLineAction)help.Action!, text);
    }

    private sealed class WithEpilogue(SynchronousCommandLineAction inner, string text) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = inner.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(text.ReplaceLineEndings());
            parseResult.InvocationConfiguration.Output.WriteLine();
            return code;
        }
    }
}
