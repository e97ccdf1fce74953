using System.CommandLine;
using Scalelab.Cli.Output;
using Scalelab.ModelConversion;

namespace Scalelab.Cli.Commands;

internal static class ModelCommand
{
    private static readonly string[] Scalings = ["0..1", "-1..1", "0..255"];

    public static Command Create(LabEnvironment environment) =>
        new("model", "Work with models of your own.") { Convert(environment) };

    private static Command Convert(LabEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "The model that model.save(…) wrote: .h5 or .keras" };
        var folder = new Option<string?>("--out", "-o") { Description = "The folder to write [default: the file's name without its ending]", HelpName = "FOLDER" };
        var labels = new Option<string?>("--labels", "-l")
        {
            Description = "The classes in the order of the outputs: separated by commas, or a file with one a line",
            HelpName = "LABELS",
        };
        var scaling = new Option<string?>("--scaling")
        {
            Description = "What the bytes of a picture become before the network: 0..1, -1..1 or 0..255 [default: 0..255 where the network rescales them itself, else 0..1]",
            HelpName = "RANGE",
        };
        scaling.AcceptOnlyFromAmong(Scalings);
        var command = new Command("convert", "Turn a Keras classifier of pictures into a model folder, and prove that it predicts the same.") { file, folder, labels, scaling };
        command.SetAction((parsed, cancellationToken) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            return ConvertAsync(
                environment, path, parsed.GetValue(folder) ?? Path.ChangeExtension(path, null), parsed.GetValue(labels), parsed.GetValue(scaling), cancellationToken);
        });
        return command.WithExamples(
            ("lab model convert model.h5 --labels Bread,Dessert,Egg", "writes the folder model"),
            ("lab model convert model.keras --labels labels.txt --out models/food", "names the folder"),
            ("lab config set pod model models/food", "what a stack serves"));
    }

    // A method of its own: what it needs is loaded when it runs, and not for every other command.
    private static async Task<int> ConvertAsync(
        LabEnvironment environment, string file, string folder, string? labels, string? scaling, CancellationToken cancellationToken)
    {
        var output = environment.Terminal.Output;
        try
        {
            var options = new ConversionOptions { File = file, Folder = folder, Labels = Labels(labels), Scaling = scaling };
            var report = await ModelConverter.ConvertAsync(options, line => output.WriteLine($"{line} ..."), cancellationToken).ConfigureAwait(false);
            foreach (var line in ModelText.Lines(report, environment.Terminal))
            {
                output.WriteLine(line);
            }
            return ExitCode.Success;
        }
        catch (Exception e) when (e is ConversionException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(e.Message, e);
        }
    }

    private static string[]? Labels(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var labels = File.Exists(text) ? File.ReadAllLines(text) : text.Split(',');
        return [.. labels.Select(label => label.Trim()).Where(label => label.Length > 0)];
    }
}
