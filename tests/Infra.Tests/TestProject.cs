namespace Scalelab.Infra.Tests;

/// <summary>A project folder with the least that the program looks at: an app, a model, a kubeconfig.</summary>
public sealed class TestProject : IDisposable
{
    public TestProject()
    {
        Write("app/ModelServer/Server.cs", "class Server;");
        Write("app/ModelServer/Models/food11-demo/model.onnx", "weights");
        Write("app/ModelServer/Models/food11-demo/model.json", "{}");
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Packages.props", "<Project />");
        Write("kubeconfig", "apiVersion: v1");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("scalelab-infra-").FullName;

    public void Write(string path, string content)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
