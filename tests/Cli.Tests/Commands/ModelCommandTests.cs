namespace Scalelab.Cli.Tests.Commands;

public sealed class ModelCommandTests
{
    private static string Model => Path.Combine(AppContext.BaseDirectory, "Fixtures", "sequential.h5");

    [Fact]
    public async Task Convert_Model_WritesTheFolderAndSaysHowSureItIs()
    {
        await using var lab = new TestLab();
        var folder = Path.Combine(lab.Project, "food");

        var (code, output, error) = await lab.RunAsync("model", "convert", Model, "--labels", "a, b,c,d,e", "--out", folder);

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("Converted 9 layers: pictures of 12 × 12, 5 classes (a, b, c, d, e).", output, StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime and the reference pass agree", output, StringComparison.Ordinal);
        Assert.Equal(["model.json", "model.onnx"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Convert_LabelsInAFile_AreReadOneALine()
    {
        await using var lab = new TestLab();
        var labels = Path.Combine(lab.Project, "labels.txt");
        await File.WriteAllTextAsync(labels, "Noodles/Pasta\nRice, boiled\nc\n\nd\ne\n", TestLab.Cancellation);

        var (code, output, _) = await lab.RunAsync("model", "convert", Model, "--labels", labels, "--out", Path.Combine(lab.Project, "food"));

        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("5 classes (Noodles/Pasta, Rice, boiled, c, d, e)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_WithoutLabels_SaysThatTheyAreNumbers()
    {
        await using var lab = new TestLab();

        var (_, output, _) = await lab.RunAsync("model", "convert", Model, "--out", Path.Combine(lab.Project, "food"), "--scaling=-1..1");

        Assert.Contains("The classes have numbers for names", output, StringComparison.Ordinal);
        Assert.Contains("model.json brings pictures into -1..1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_NoModel_IsAnExpectedFailure()
    {
        await using var lab = new TestLab();
        Directory.CreateDirectory(lab.Home.Folder);

        var (code, _, error) = await lab.RunAsync("model", "convert", Path.Combine(lab.Project, "Pulumi.yaml"));

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("Pulumi.yaml is neither HDF5 nor a .keras file", error, StringComparison.Ordinal);
        Assert.DoesNotContain("not expected", error, StringComparison.Ordinal);
    }
}
