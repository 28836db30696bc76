// A decoder-only transformer that learns to add, or the letters of a text: transformer --replicas 2
using Examples;
using Lockstep;
using Lockstep.Core.Recipes;

return await Training.RunAsync(args, run =>
{
    var text = run.Setting("text", "", "A text file; without it the program writes sums, such as 12+34=046, and learns to add.");
    var width = run.Setting("width", 64, "Numbers in an embedding.");
    var layers = run.Setting("layers", 2, "Layers of attention.");
    run.Model(() => new Decoder(width, layers, heads: 4, context: Letters.Window))
        .Data(() => Letters.Read(text))
        .WeightedLoss((net, batch) => Letters.Loss(net.call(batch.Inputs), batch.Targets))
        .Predict((net, batch) => net.call(batch.Inputs))
        .Metric("top1", (logits, batch) => Letters.Accuracy(logits, batch.Targets))
        .Optimizer(new AdamWRecipe { Rate = 0.003, Groups = [new() { Names = "*norm*", WeightDecay = 0 }] })
        .Schedule(new CosineSchedule { WarmUp = new WarmUpRecipe { Steps = 20 } })
        .ClipNorm(1)
        .Batch(32)
        .Epochs(8);
});
