using System.Globalization;
using Scalelab.ModelServerBench;

// Holds the model server against the limit of the same work without a server, and against servers in Python and JavaScript. `loop` is the limit,
// run in a process of its own so that nothing else of this program takes part in it.
switch (args)
{
    case ["loop", var model, var picture, var threads]:
        BareLoop.Run(model, picture, int.Parse(threads, CultureInfo.InvariantCulture));
        return 0;
    case [var server, var model, var peers, .. var pictures] when pictures.Length > 0:
        await Comparison.RunAsync(Contestant.All(server, model, peers), model, pictures).ConfigureAwait(false);
        return 0;
    default:
        Console.Error.WriteLine("Usage: bench/modelserver.sh [PICTURE...], which builds what is measured and says where it is.");
        return 2;
}
