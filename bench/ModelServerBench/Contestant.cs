namespace Scalelab.ModelServerBench;

/// <summary>A server that is measured.</summary>
/// <param name="Name">As the tables call it.</param>
/// <param name="Command">Starts it; <c>{port}</c> stands for the port of 127.0.0.1 to listen on.</param>
/// <param name="Environment">Variables that it gets, with the same placeholder.</param>
/// <param name="Probe">A command that ends with 0 where the machine has what the server needs; null where that is sure.</param>
/// <param name="Needs">What to install where it has not.</param>
internal sealed record Contestant(string Name, string[] Command, (string Name, string Value)[] Environment, string[]? Probe, string Needs)
{
    public const string Scalelab = "Scalelab";
    public const string Flask = "Flask";
    public const string Waitress = "Flask behind waitress";
    public const string Fastify = "Fastify";

    /// <summary>The model server first, then its peers.</summary>
    /// <param name="peers">The folder with the peers' programs.</param>
    public static IReadOnlyList<Contestant> All(string server, string model, string peers)
    {
        var (python, node) = (Words("PYTHON", "python3"), Words("NODE", "node"));
        var (flask, fastify) = (Path.Combine(peers, "server.py"), Path.Combine(peers, "server.mjs"));
        string[] pythonProbe = [.. python, "-c", "import flask, waitress, numpy, onnxruntime, PIL"];
        const string NeedsPython = "Python with flask, waitress, numpy, onnxruntime and PIL, PYTHON being its command";
        return
        [
            new(Scalelab, ["dotnet", server], [("ASPNETCORE_URLS", "http://127.0.0.1:{port}"), ("MODEL_DIR", model)], null, ""),
            new(Flask, [.. python, flask, "flask", "{port}", model], [], pythonProbe, NeedsPython),
            new(Waitress, [.. python, flask, "waitress", "{port}", model], [], pythonProbe, NeedsPython),
            new(
                Fastify, [.. node, fastify, "{port}", model], [],
                [.. node, "-e", $"require('{Path.Combine(peers, "node_modules", "onnxruntime-node")}')"], "Node.js, and `npm ci --ignore-scripts` in bench/ModelServerBench/Peers"),
        ];
    }

    private static string[] Words(string variable, string otherwise) =>
        (System.Environment.GetEnvironmentVariable(variable) ?? otherwise).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
