using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>The resources of a stack as a tree, each below the one that it belongs to: those that change, and what they hang on.</summary>
internal sealed class ResourceTree
{
    private readonly Dictionary<Urn, Node> _nodes = [];

    /// <summary>Takes a resource in. Of a replacement's two steps one row is made.</summary>
    public void Add(Step step)
    {
        if (!_nodes.TryGetValue(step.Urn, out var node))
        {
            _nodes[step.Urn] = new Node(step);
            return;
        }

        // Its old half goes before it or after it; which, is worth a word.
        node.DeletesFirst |= node.Step.Kind == StepKind.DeleteReplaced && step.Kind == StepKind.Replace;
        if (node.Step.Kind == StepKind.Import && step.Kind == StepKind.Update)
        {
            node.Step = step with { Kind = StepKind.Import };
        }
        else if (Weight(step.Kind) > Weight(node.Step.Kind))
        {
            node.Step = step;
        }
    }

    /// <summary>The rows, from the stack downwards; none where nothing changes. Siblings are sorted, because the order in which a program declares them differs from run to run.</summary>
    public IReadOnlyList<TreeRow> Rows()
    {
        foreach (var node in _nodes.Values)
        {
            node.Children.Clear();
        }

        var stack = _nodes.Values.FirstOrDefault(node => node.Step.Urn.Type == Urn.StackType);
        var roots = new List<Node>();
        foreach (var node in _nodes.Values)
        {
            // What belongs to nothing, as default providers do, is shown with the stack.
            var parent = (node.Step.Parent is { } urn ? _nodes.GetValueOrDefault(urn) : null) ?? stack;
            (parent is null || parent == node ? roots : parent.Children).Add(node);
        }

        var rows = new List<TreeRow>();
        foreach (var root in Sorted(roots).Where(IsShown))
        {
            AddRows(root, "", "", rows);
        }

        return rows;
    }

    // Of several steps of one resource the row shows the one that says most.
    private static int Weight(StepKind kind) => kind switch
    {
        StepKind.Same => 0,
        StepKind.Read or StepKind.Refresh or StepKind.Forget => 1,
        StepKind.DeleteReplaced => 2,
        _ => 3,
    };

    private static IEnumerable<Node> Sorted(IEnumerable<Node> nodes) =>
        nodes.OrderBy(node => node.Step.Urn.Type, StringComparer.Ordinal).ThenBy(node => node.Step.Urn.Name, StringComparer.Ordinal);

    private static bool IsShown(Node node) => node.Step.Kind != StepKind.Same || node.Children.Exists(IsShown);

    private static void AddRows(Node node, string branch, string below, List<TreeRow> rows)
    {
        Node[] children = [.. Sorted(node.Children).Where(IsShown)];
        rows.Add(new TreeRow(branch, below + (children.Length > 0 ? "│  " : "   "), node.Step, node.DeletesFirst));
        for (var i = 0; i < children.Length; i++)
        {
            var isLast = i == children.Length - 1;
            AddRows(children[i], $"{below}{(isLast ? "└─ " : "├─ ")}", $"{below}{(isLast ? "   " : "│  ")}", rows);
        }
    }

    private sealed class Node(Step step)
    {
        public Step Step { get; set; } = step;

        public bool DeletesFirst { get; set; }

        public List<Node> Children { get; } = [];
    }
}

/// <summary>A resource in its tree.</summary>
/// <param name="Branch">The lines that lead to it.</param>
/// <param name="Below">What goes on beside anything that is said below it.</param>
/// <param name="Step">What is done to it; <see cref="StepKind.Same"/> where it is only there for what hangs on it.</param>
/// <param name="DeletesFirst">The old one of a replacement goes before the new one comes.</param>
internal sealed record TreeRow(string Branch, string Below, Step Step, bool DeletesFirst);
